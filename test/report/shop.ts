import { Claim, judge, ClaimVerdict } from '../../src/claims/claim';
import { Reachability } from '../../src/evaluator/reachability';
import { partyNamed, Party } from '../../src/query/endpoints';
import { explain, Explanation } from '../../src/query/explanation';
import { FlowAnswer, query } from '../../src/query/flow';
import { parsePortQuery, PortQuery } from '../../src/query/ports';
import { IntentVerdict } from '../../src/report/verdict-text';
import { reachOfYaml } from '../manifests';

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
  return query(reach, party(reach, from), party(reach, to), on === undefined ? undefined : port(on));
}

/** Explains the answer to one question. */
export function explanationOf(reach: Reachability, from: string, to: string, on?: string): Explanation {
  return explain(reach, answerTo(reach, from, to, on).example, on === undefined ? undefined : port(on));
}

/** Judges `allowed` or `denied`. */
export function judged(reach: Reachability, kind: 'allowed' | 'denied', from: string, to: string, ...ports: string[]): ClaimVerdict {
  return judge(reach, { kind, from: party(reach, from), to: party(reach, to), ports: ports.length === 0 ? undefined : ports.map(port) });
}

/** Judges `only` or `onlyTo`. */
export function judgedOnly(reach: Reachability, kind: 'only' | 'onlyTo', subject: string, others: string[]): ClaimVerdict {
  const claim: Claim = { kind, subject: party(reach, subject), others: others.map(name => party(reach, name)) };
  return judge(reach, claim);
}

/** Three intents: one that holds, one that is blocked and has a description, and an `only` that a stranger breaks. */
export function shopIntents(reach: Reachability): IntentVerdict[] {
  return [
    { verdict: judged(reach, 'denied', 'app/frontend', 'app/db'), place: { file: 'intents.yaml', line: 2, column: 5 } },
    { verdict: judged(reach, 'allowed', 'app/backend', 'app/db', 'tcp/5432'), place: { file: 'intents.yaml', line: 4, column: 5 }, description: 'orders <are> "kept"' },
    { verdict: judgedOnly(reach, 'only', 'app/backend', ['app/db']), place: { file: 'intents.yaml', line: 6, column: 5 } },
  ];
}
