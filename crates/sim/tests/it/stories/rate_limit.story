# New crates: five at once is fine. Then updates at one a minute.
policy on-merge
world 4.0.0 0.91.0 new
registry burst 1
day 2022-05-05
run
merge release-5.0.0
run
expect crate demo-cli 5.0.0
day 2022-06-05
run
merge release-6.0.0
run
expect crate demo-cli 6.0.0
