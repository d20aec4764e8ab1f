# X11: main carries -dev, the branch publishes rc.1 at the cut, and the release takes its place.
policy candidates
world 5.0.0-dev 0.92.0-dev
day 2022-05-05
run
expect branch release-5.0.0
expect pull-request candidate-5.0.0-rc.1 open
day 2022-05-06
merge candidate-5.0.0-rc.1
run
expect crate demo 5.0.0-rc.1
expect no latest v5.0.0-rc.1
expect version main demo 5.0.0-dev
merge bump-6.0.0-dev
run
expect version main demo 6.0.0-dev
expect version main codegen 0.93.0-dev
day 2022-05-20
run
merge release-5.0.0
run
expect tag v5.0.0
expect crate demo 5.0.0
expect yanked demo 5.0.0-rc.1
expect yanked codegen 0.92.0-rc.1
expect latest v5.0.0
