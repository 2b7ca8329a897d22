import { ApiObject } from 'cdk8s';
import { Construct } from 'constructs';

/** A Deployment whose pods have the label `app` and listen on one TCP port. */
export function deploy(scope: Construct, name: string, image: string, port: number): ApiObject {
  const labels = { app: name };
  return new ApiObject(scope, `${name}-deployment`, {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name },
    spec: {
      selector: { matchLabels: labels },
      template: {
        metadata: { labels },
        spec: { containers: [{ name, image, ports: [{ containerPort: port }] }] },
      },
    },
  });
}
