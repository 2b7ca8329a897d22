from cdk8s import App

from cluster import add_cluster

app = App()
add_cluster(app, "eu", api_server="10.10.0.1", object_store="198.51.100.16/28")
add_cluster(app, "us", api_server="10.20.0.1", object_store="203.0.113.32/28")
app.synth()  # raises if a claim does not hold in one of the clusters
