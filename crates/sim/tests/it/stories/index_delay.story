# The index shows a crate only after some looks.
policy on-merge
world 4.0.0 0.91.0
registry index-looks 7
day 2022-05-05
run
merge release-5.0.0
run
expect crate demo 5.0.0
expect release v5.0.0
