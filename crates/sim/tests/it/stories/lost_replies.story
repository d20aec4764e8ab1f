# The registry accepts, and the answer is lost; or it does not accept, and the answer is an error.
policy on-merge
world 4.0.0 0.91.0
registry index-looks 2
day 2022-05-05
run
merge release-5.0.0
fault upload lost-reply 3
fault upload failure 1
run
expect tag v5.0.0
expect crate codegen-entity 0.92.0
expect crate demo-cli 5.0.0
expect release v5.0.0
