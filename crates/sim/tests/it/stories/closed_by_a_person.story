# Rules: R2.
# A person closes the pull request: that is respected, until it is opened again.
policy on-merge
world 4.0.0 0.91.0
day 2022-05-05
run
close release-5.0.0
day 2022-05-06
run
expect no done
expect wait is closed
reopen release-5.0.0
run
expect wait merge of
merge release-5.0.0
run
expect tag v5.0.0
