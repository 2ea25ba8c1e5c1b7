An account owns up to 50 rooms, and a guest makes up to 5 on one visit.
