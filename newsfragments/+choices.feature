Tab completes what stands behind `/help`, `/bell` and `/numbers`.
