from cdk8s import ApiObject, ApiObjectMetadata, Chart, JsonPatch
from cdk8s_netpol import ConnectivityIntent, Peer, Port, Tier
from constructs import Construct


class Shop(Chart):
    """A frontend that may reach a backend, and a backend that may reach a database."""

    def __init__(self, scope: Construct, id: str) -> None:
        super().__init__(scope, id, namespace="app")

        frontend = Tier(self, "frontend")  # selects app=frontend
        backend = Tier(self, "backend", ports=[Port.tcp(8080)])
        db = Tier(self, "db", ports=[Port.tcp(5432)])

        backend.allow_from(frontend)  # on the backend's own ports
        db.allow_from(backend)
        backend.allow_to(Peer.public_internet(), ports=[Port.tcp(443)])

        intent = ConnectivityIntent(self, "intent")
        intent.allowed(frontend, backend)
        intent.allowed(backend, Peer.cluster_dns())
        intent.denied(frontend, db)
        intent.admits_only(db, [backend])  # nothing else reaches db, not even a pod that is deployed next year

        deploy(self, "frontend", image="nginx", port=80)
        deploy(self, "backend", image="example.com/shop/backend", port=8080)
        deploy(self, "db", image="postgres", port=5432)


def deploy(scope: Construct, name: str, image: str, port: int) -> ApiObject:
    """A Deployment whose pods have the label ``app`` and listen on one TCP port."""
    labels = {"app": name}
    deployment = ApiObject(
        scope,
        f"{name}-deployment",
        api_version="apps/v1",
        kind="Deployment",
        metadata=ApiObjectMetadata(name=name),
    )
    # For a kind without a class from `cdk8s import`, a JSON patch sets the spec. It keeps the order of keys.
    deployment.add_json_patch(
        JsonPatch.add(
            "/spec",
            {
                "selector": {"matchLabels": labels},
                "template": {
                    "metadata": {"labels": labels},
                    "spec": {"containers": [{"image": image, "name": name, "ports": [{"containerPort": port}]}]},
                },
            },
        )
    )
    return deployment
