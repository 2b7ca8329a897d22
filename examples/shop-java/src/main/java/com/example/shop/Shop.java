package com.example.shop;

import io.github.cdk8snetpol.AllowOptions;
import io.github.cdk8snetpol.ConnectivityIntent;
import io.github.cdk8snetpol.Peer;
import io.github.cdk8snetpol.Port;
import io.github.cdk8snetpol.Tier;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.cdk8s.ApiObject;
import org.cdk8s.ApiObjectMetadata;
import org.cdk8s.Chart;
import org.cdk8s.ChartProps;
import org.cdk8s.JsonPatch;
import software.constructs.Construct;

/** A frontend that may reach a backend, and a backend that may reach a database. */
public class Shop extends Chart {
    public Shop(Construct scope, String id) {
        super(scope, id, ChartProps.builder().namespace("app").build());

        Tier frontend = new Tier(this, "frontend"); // selects app=frontend
        Tier backend = Tier.Builder.create(this, "backend").ports(List.of(Port.tcp(8080))).build();
        Tier db = Tier.Builder.create(this, "db").ports(List.of(Port.tcp(5432))).build();

        backend.allowFrom(frontend); // on the backend's own ports
        db.allowFrom(backend);
        backend.allowTo(Peer.publicInternet(), AllowOptions.builder().ports(List.of(Port.tcp(443))).build());

        new ConnectivityIntent(this, "intent")
            .allowed(frontend, backend)
            .allowed(backend, Peer.clusterDns())
            .denied(frontend, db)
            .admitsOnly(db, List.of(backend)); // nothing else reaches db, not even a pod that is deployed next year

        deploy("frontend", "nginx", 80);
        deploy("backend", "example.com/shop/backend", 8080);
        deploy("db", "postgres", 5432);
    }

    /** A Deployment whose pods have the label {@code app} and listen on one TCP port. */
    private void deploy(String name, String image, int port) {
        Map<String, String> labels = Map.of("app", name);
        Map<String, Object> container = sorted(Map.of("name", name, "image", image, "ports", List.of(Map.of("containerPort", port))));
        Map<String, Object> template = sorted(Map.of("metadata", Map.of("labels", labels), "spec", Map.of("containers", List.of(container))));
        ApiObject deployment = ApiObject.Builder.create(this, name + "-deployment")
            .apiVersion("apps/v1")
            .kind("Deployment")
            .metadata(ApiObjectMetadata.builder().name(name).build())
            .build();
        // For a kind without a class from `cdk8s import`, a JSON patch sets the spec. It keeps the order of keys.
        deployment.addJsonPatch(JsonPatch.add("/spec", sorted(Map.of("selector", Map.of("matchLabels", labels), "template", template))));
    }

    private static Map<String, Object> sorted(Map<String, Object> map) {
        return new TreeMap<>(map);
    }
}
