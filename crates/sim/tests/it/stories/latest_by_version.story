# X13: the pull request of 5.0.0 is merged after 6.0.0 was released; 6.0.0 stays the latest.
policy cut
world 5.0.0 0.92.0
day 2022-05-05
run
merge bump-6.0.0
day 2022-05-20
run
day 2022-06-05
run
expect branch release-6.0.0
merge bump-7.0.0
day 2022-06-20
run
merge release-6.0.0
run
expect latest v6.0.0
day 2022-06-21
merge release-5.0.0
run
expect tag v5.0.0
expect release v5.0.0
expect latest v6.0.0
