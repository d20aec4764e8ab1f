//! A pretend world behind Stationmaster's ports, with faults and crash points
