Tab completes the folder of `/get`.
