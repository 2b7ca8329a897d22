import { readIntents } from '../../src/claims/intent-file';
import { ClaimVerdict } from '../../src/claims/judge';
import { IntentVerdict, judgeIntents } from '../../src/claims/judge-intents';
import { Reachability } from '../../src/evaluator/reachability';
import { formatFinding } from '../../src/findings/finding';
import { explain, Explanation } from '../../src/query/explanation';
import { answerForEndpoints, FlowAnswer } from '../../src/query/flow';
import { partyNamed, Party } from '../../src/query/parties';
import { parsePortQuery, PortQuery } from '../../src/query/ports';
import { reachOfYaml } from '../support/manifests';

/** A Deployment of namespace `app`, labelled `app: <name>`. */
export function deployment(name: string, ports: string = '', namespace = 'app'): string {
  return `
apiVersion: apps/v1
kind: Deployment
metadata: { name: ${name}, namespace: ${namespace} }
spec:
  selector: { matchLabels: { app: ${name} } }
  template:
    metadata: { labels: { app: ${name} } }
    spec: { containers: [{ name: c, image: i, ports: [${ports}] }] }
---`;
}

/** A NetworkPolicy of namespace `app`; `spec` is YAML of one line. */
export function policy(name: string, spec: string): string {
  return `
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: ${name}, namespace: app }
spec: ${spec}
---`;
}

/** The tutorial's three tiers. */
export const TIERS = deployment('frontend') + deployment('backend', '{ containerPort: 8080, name: http }') + deployment('db', '{ containerPort: 5432 }');

/** The tutorial's four policies, the last of which cuts the backend off from the db. */
export const POLICIES = policy('default-deny-all', '{ podSelector: {}, policyTypes: [Ingress] }')
  + policy('allow-frontend-to-backend', `
  podSelector: { matchLabels: { app: backend } }
  ingress: [{ from: [{ podSelector: { matchLabels: { app: frontend } } }], ports: [{ port: 8080 }] }]`)
  + policy('allow-backend-to-db', `
  podSelector: { matchLabels: { app: db } }
  ingress: [{ from: [{ podSelector: { matchLabels: { app: backend } } }], ports: [{ port: 5432 }] }]`)
  + policy('allow-backend-egress-https', `
  podSelector: { matchLabels: { app: backend } }
  policyTypes: [Egress]
  egress: [{ to: [{ ipBlock: { cidr: 0.0.0.0/0 } }], ports: [{ port: 443 }] }]`);

/** The tutorial's shop. */
export function shop(): Reachability {
  return reachOfYaml(TIERS + POLICIES);
}

/** The party of a name. */
export function party(reach: Reachability, name: string): Party {
  const found = partyNamed(reach, name);
  if (typeof found === 'string') { throw new Error(found); }
  return found;
}

/** The port of a text. */
export function port(text: string): PortQuery {
  const question = parsePortQuery(text);
  if (typeof question === 'string') { throw new Error(question); }
  return question;
}

/** Asks one question. */
export function answerTo(reach: Reachability, from: string, to: string, on?: string): FlowAnswer {
  return answerForEndpoints(reach, party(reach, from).endpoints, party(reach, to).endpoints, on === undefined ? undefined : port(on));
}

/** Explains the answer to one question. */
export function explanationOf(reach: Reachability, from: string, to: string, on?: string): Explanation {
  return explain(reach, answerTo(reach, from, to, on).example, on === undefined ? undefined : port(on));
}

/** Judges the intents of a file `intents.yaml`. */
export function intentVerdicts(reach: Reachability, yaml: string): IntentVerdict[] {
  const { intents, findings } = readIntents('intents.yaml', Buffer.from(yaml));
  const judged = judgeIntents(reach.cluster, intents);
  if (findings.length + judged.findings.length > 0) { throw new Error([...findings, ...judged.findings].map(formatFinding).join('\n')); }
  return judged.verdicts;
}

/** A verdict with other fields. It has getters, which a copy would lose. */
export function verdictWith(verdict: ClaimVerdict, changes: Partial<ClaimVerdict>): ClaimVerdict {
  return Object.create(verdict, Object.getOwnPropertyDescriptors(changes)) as ClaimVerdict;
}

/** One intent that holds, one that is blocked and has a description, and one that a pod outside the list breaks. */
export function shopIntents(): IntentVerdict[] {
  return intentVerdicts(shop(), `
denied: [{ from: app/frontend, to: app/db }]
allowed:
  - { from: app/backend, to: app/db, port: tcp/5432, description: 'orders <are> "kept"' }
admitsOnly:
  - { to: app/backend, from: [app/db] }`);
}
