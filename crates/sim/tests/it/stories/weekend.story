# X1: 2022-08-20 is a Saturday, so the release is made on Monday the 22nd.
policy cut
policy train.first = { version = "5.0.0", cut = 2022-08-05 }
world 5.0.0 0.92.0
day 2022-08-05
run
merge bump-6.0.0
day 2022-08-20
run
expect wait until 2022-08-22
day 2022-08-22
run
merge release-5.0.0
run
expect tag v5.0.0
