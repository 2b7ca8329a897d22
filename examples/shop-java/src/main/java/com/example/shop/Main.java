package com.example.shop;

import org.cdk8s.App;

public class Main {
    public static void main(String[] args) {
        App app = new App();
        new Shop(app, "shop");
        app.synth(); // throws if a claim does not hold, with the deciding policy and the fix
    }
}
