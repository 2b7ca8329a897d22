package com.example.shop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.cdk8snetpol.Connectivity;
import io.github.cdk8snetpol.Endpoint;
import io.github.cdk8snetpol.Verdict;
import java.util.List;
import java.util.Map;
import org.cdk8s.ApiObject;
import org.cdk8s.ApiObjectMetadata;
import org.cdk8s.App;
import org.cdk8s.Chart;
import org.cdk8s.ChartProps;
import org.cdk8s.JsonPatch;
import org.cdk8s.Testing;
import org.junit.jupiter.api.Test;

class ShopTest {
    private final Endpoint backend = Endpoint.workload("app/backend");
    private final Endpoint db = Endpoint.workload("app/db");
    private final App app = Testing.app();
    private final Shop shop = new Shop(app, "shop");

    @Test
    void theIntentHolds() {
        assertTrue(app.synthYaml().contains("name: allow-backend-to-db\n"));
    }

    @Test
    void onlyTheBackendReachesTheDatabase() {
        Connectivity connectivity = Connectivity.fromChart(shop);
        connectivity.assertAdmitsOnly(db, List.of(backend));
        Verdict verdict = connectivity.checkAllowed(backend, db);
        assertTrue(verdict.getHolds(), verdict.getExplanation());
    }

    @Test
    void aClaimThatDoesNotHoldFailsWithTheDecidingPolicies() {
        Connectivity connectivity = Connectivity.fromChart(shop);
        RuntimeException thrown = assertThrows(RuntimeException.class, () -> connectivity.assertDenied(backend, db));
        assertEquals("""
            Error: denied(app/backend, app/db) does not hold
            app/backend[Deployment] reaches app/db[Deployment] on TCP 5432.
            Fix: remove or narrow db.allowFrom(backend)
            Egress of app/backend[Deployment]: allowed
              allowed by
                app/allow-backend-to-db-egress spec.egress[0] (shop/backend/allow-backend-to-db-egress-26effd0a): TCP 5432
            Ingress of app/db[Deployment]: allowed
              allowed by
                app/allow-backend-to-db spec.ingress[0] (shop/db/allow-backend-to-db-bb9ca793): TCP 5432
            Judged for the pods of 2 declared workloads.""", messageOf(thrown));
    }

    @Test
    void aHandWrittenPolicyThatBreaksTheIntentFailsTheSynth() {
        Chart hotfix = new Chart(app, "hotfix", ChartProps.builder().namespace("app").build());
        ApiObject policy = ApiObject.Builder.create(hotfix, "policy")
            .apiVersion("networking.k8s.io/v1")
            .kind("NetworkPolicy")
            .metadata(ApiObjectMetadata.builder().name("reports-to-db").build())
            .build();
        policy.addJsonPatch(JsonPatch.add("/spec", Map.of(
            "podSelector", Map.of("matchLabels", Map.of("app", "db")),
            "ingress", List.of(Map.of("from", List.of(Map.of("podSelector", Map.of("matchLabels", Map.of("app", "reports")))))))));
        RuntimeException thrown = assertThrows(RuntimeException.class, app::synth);
        assertEquals("""
            Error: Validation failed with the following errors:
              [shop/intent] admitsOnly(shop/db, [shop/backend]) does not hold.
                A pod with label app=reports in namespace app can connect to app/db[Deployment] too, whether it exists today or not.
                Fix: narrow app/reports-to-db spec.ingress[0].from[0], or remove it.
                Or list the other end in the claim, if it may connect.
                Let through by app/reports-to-db spec.ingress[0].from[0] (hotfix/policy),
                  which means pods app=reports of namespace 'app', on every port
                Judged for every possible pod, 1 declared workload among them.""", messageOf(thrown));
    }

    /** The message without the JavaScript stack that jsii appends to it. */
    private static String messageOf(RuntimeException thrown) {
        return thrown.getMessage().split("\n@jsii/kernel")[0];
    }
}
