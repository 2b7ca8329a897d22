import { passing, reaches } from '../support/cluster-objects';
import { reachOfYaml } from '../support/manifests';

/* Misreadings of the API that were found in other engines, each with the answer of the API's text. */

/** A pod in namespace `app`. `fields` is one line of YAML. */
function pod(name: string, labels: string, fields = ''): string {
  return `
apiVersion: v1
kind: Pod
metadata: { name: ${name}, namespace: app, labels: { ${labels} } }
${fields || 'spec: { containers: [{ name: c, image: i }] }'}
---`;
}

/** A NetworkPolicy in namespace `app`. */
function policy(spec: string): string {
  return `
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: p, namespace: app }
spec: ${spec}
---`;
}

const DENY_ALL = policy('{ podSelector: {}, policyTypes: [Ingress, Egress] }');
const ALL = 'All Connections';
const NONE = 'No Connections';

describe('a pod and its own address', () => {
  const reach = reachOfYaml(pod('web', 'app: web', 'status: { podIP: 10.0.0.1 }') + pod('other', 'app: web', 'status: { podIP: 10.0.0.2 }') + DENY_ALL);

  test('always reach each other, even if policies deny everything in both directions', () => {
    expect(reaches(reach, 'app/web', '10.0.0.1', 'tcp/80')).toBe(true);
    expect(reaches(reach, 'app/web', 'app/web', 'udp/53')).toBe(true);
  });

  test('do not include another pod with the same labels', () => {
    expect(reaches(reach, 'app/web', '10.0.0.2', 'tcp/80')).toBe(false);
  });
});

describe('a label that a pod does not have', () => {
  const pods = pod('web', 'app: web') + pod('staged', 'env: dev') + pod('empty', "env: ''") + pod('bare', '');
  const reached = (selector: string) => {
    const reach = reachOfYaml(pods + policy(`{ podSelector: { matchLabels: { app: web } }, ingress: [{ from: [{ podSelector: ${selector} }] }] }`));
    return ['staged', 'empty', 'bare'].filter(name => reaches(reach, `app/${name}`, 'app/web'));
  };

  test('matches NotIn', () => {
    expect(reached('{ matchExpressions: [{ key: env, operator: NotIn, values: [dev] }] }')).toEqual(['empty', 'bare']);
  });

  test('does not match matchLabels with an empty value', () => {
    expect(reached("{ matchLabels: { env: '' } }")).toEqual(['empty']);
  });
});

test('a port entry with a protocol and no port matches that protocol only', () => {
  const reach = reachOfYaml(pod('web', 'app: web') + policy('{ podSelector: {}, ingress: [{ ports: [{ protocol: UDP }] }] }'));
  expect(passing(reach, '1.2.3.4', 'app/web')).toBe('UDP 1-65535');
});

describe('an ipBlock', () => {
  const pods = pod('web', 'app: web') + pod('near', '', 'status: { podIP: 10.0.0.1 }') + pod('far', '', 'status: { podIP: 10.1.0.1 }') + pod('six', '', 'status: { podIP: "2001:db8::1" }');
  const from = (block: string) => reachOfYaml(pods + policy(`{ podSelector: { matchLabels: { app: web } }, ingress: [{ from: [{ ipBlock: ${block} }] }] }`));

  test('matches a pod whose address is in the block and not in an exception', () => {
    const reach = from('{ cidr: 10.0.0.0/8, except: [10.1.0.0/16] }');
    expect(['app/near', 'app/far'].map(name => reaches(reach, name, 'app/web'))).toEqual([true, false]);
  });

  test('matches all of IPv6 and no IPv4 address if it is ::/0', () => {
    const reach = from('{ cidr: "::/0" }');
    expect(['2001:db8::2', 'app/six', '1.2.3.4', '0.0.0.0', 'app/near'].map(name => passing(reach, name, 'app/web'))).toEqual([ALL, ALL, NONE, NONE, NONE]);
  });
});

describe('a named port', () => {
  test('matches nothing for an address outside the cluster', () => {
    const reach = reachOfYaml(pod('web', 'app: web') + pod('api', '', 'spec: { containers: [{ name: c, image: i, ports: [{ name: https, containerPort: 443 }] }] }')
      + policy('{ podSelector: { matchLabels: { app: web } }, policyTypes: [Egress], egress: [{ ports: [{ port: https }] }] }'));
    expect(passing(reach, 'app/web', '1.2.3.4')).toBe(NONE);
    expect(passing(reach, 'app/web', 'app/api')).toBe('TCP 443');
  });

  test('stands for both numbers if two containers of a pod have the name', () => {
    const containers = '{ name: a, image: i, ports: [{ name: http, containerPort: 80 }] }, { name: b, image: i, ports: [{ name: http, containerPort: 8080 }] }';
    const reach = reachOfYaml(pod('web', 'app: web', `spec: { containers: [${containers}] }`) + policy('{ podSelector: {}, ingress: [{ ports: [{ port: http }] }] }'));
    expect(passing(reach, '1.2.3.4', 'app/web')).toBe('TCP 80,8080');
  });
});

describe('a policy without policyTypes', () => {
  const both = (spec: string) => {
    const reach = reachOfYaml(pod('web', 'app: web') + policy(spec));
    return [passing(reach, '1.2.3.4', 'app/web'), passing(reach, 'app/web', '1.2.3.4')];
  };

  test('isolates for ingress only', () => {
    expect(both('{ podSelector: {} }')).toEqual([NONE, ALL]);
  });

  test('isolates for ingress and egress if it has an egress rule', () => {
    expect(both('{ podSelector: {}, egress: [{ ports: [{ port: 443 }] }] }')).toEqual([NONE, 'TCP 443']);
  });
});
