import { passing, reaches } from '../support/cluster-objects';
import { reachOfYaml } from '../support/manifests';

/*
 * What other engines were found to get wrong, each as manifests that a person could write, and the answer
 * that the text of the API gives. Reading any of these otherwise lets traffic through that was meant to be
 * stopped, or stops what was meant to pass.
 */

/** A pod of namespace `app`; `fields` is YAML of one line. */
function pod(name: string, labels: string, fields = ''): string {
  return `
apiVersion: v1
kind: Pod
metadata: { name: ${name}, namespace: app, labels: { ${labels} } }
${fields || 'spec: { containers: [{ name: c, image: i }] }'}
---`;
}

/** A NetworkPolicy of namespace `app`. */
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

  test('are never kept apart, even where everything is denied in both directions', () => {
    expect(reaches(reach, 'app/web', '10.0.0.1', 'tcp/80')).toBe(true);
    expect(reaches(reach, 'app/web', 'app/web', 'udp/53')).toBe(true);
  });

  test('are no way to an equal pod beside it', () => {
    expect(reaches(reach, 'app/web', '10.0.0.2', 'tcp/80')).toBe(false);
  });
});

describe('a label that is not there', () => {
  const pods = pod('web', 'app: web') + pod('staged', 'env: dev') + pod('empty', "env: ''") + pod('bare', '');
  const reached = (selector: string) => {
    const reach = reachOfYaml(pods + policy(`{ podSelector: { matchLabels: { app: web } }, ingress: [{ from: [{ podSelector: ${selector} }] }] }`));
    return ['staged', 'empty', 'bare'].filter(name => reaches(reach, `app/${name}`, 'app/web'));
  };

  test('is matched by NotIn', () => {
    expect(reached('{ matchExpressions: [{ key: env, operator: NotIn, values: [dev] }] }')).toEqual(['empty', 'bare']);
  });

  test('is not matched by matchLabels with an empty value', () => {
    expect(reached("{ matchLabels: { env: '' } }")).toEqual(['empty']);
  });
});

test('a port entry with a protocol and no port is that protocol only', () => {
  const reach = reachOfYaml(pod('web', 'app: web') + policy('{ podSelector: {}, ingress: [{ ports: [{ protocol: UDP }] }] }'));
  expect(passing(reach, '1.2.3.4', 'app/web')).toBe('UDP 1-65535');
});

describe('an ipBlock', () => {
  const pods = pod('web', 'app: web') + pod('near', '', 'status: { podIP: 10.0.0.1 }') + pod('far', '', 'status: { podIP: 10.1.0.1 }') + pod('six', '', 'status: { podIP: "2001:db8::1" }');
  const from = (block: string) => reachOfYaml(pods + policy(`{ podSelector: { matchLabels: { app: web } }, ingress: [{ from: [{ ipBlock: ${block} }] }] }`));

  test('matches a pod whose address lies in it, and not one in its exceptions', () => {
    const reach = from('{ cidr: 10.0.0.0/8, except: [10.1.0.0/16] }');
    expect(['app/near', 'app/far'].map(name => reaches(reach, name, 'app/web'))).toEqual([true, false]);
  });

  test('::/0 is all of IPv6 and none of IPv4', () => {
    const reach = from('{ cidr: "::/0" }');
    expect(['2001:db8::2', 'app/six', '1.2.3.4', '0.0.0.0', 'app/near'].map(name => passing(reach, name, 'app/web'))).toEqual([ALL, ALL, NONE, NONE, NONE]);
  });
});

describe('a named port', () => {
  test('towards an address outside matches nothing, whichever number is asked about', () => {
    const reach = reachOfYaml(pod('web', 'app: web') + pod('api', '', 'spec: { containers: [{ name: c, image: i, ports: [{ name: https, containerPort: 443 }] }] }')
      + policy('{ podSelector: { matchLabels: { app: web } }, policyTypes: [Egress], egress: [{ ports: [{ port: https }] }] }'));
    expect(passing(reach, 'app/web', '1.2.3.4')).toBe(NONE);
    expect(passing(reach, 'app/web', 'app/api')).toBe('TCP 443');
  });

  test('that two containers of a pod have is both of their numbers', () => {
    const containers = '{ name: a, image: i, ports: [{ name: http, containerPort: 80 }] }, { name: b, image: i, ports: [{ name: http, containerPort: 8080 }] }';
    const reach = reachOfYaml(pod('web', 'app: web', `spec: { containers: [${containers}] }`) + policy('{ podSelector: {}, ingress: [{ ports: [{ port: http }] }] }'));
    expect(passing(reach, '1.2.3.4', 'app/web')).toBe('TCP 80,8080');
  });
});

describe('policyTypes that are missing', () => {
  const both = (spec: string) => {
    const reach = reachOfYaml(pod('web', 'app: web') + policy(spec));
    return [passing(reach, '1.2.3.4', 'app/web'), passing(reach, 'app/web', '1.2.3.4')];
  };

  test('are Ingress', () => {
    expect(both('{ podSelector: {} }')).toEqual([NONE, ALL]);
  });

  test('are Ingress and Egress where there is an egress section', () => {
    expect(both('{ podSelector: {}, egress: [{ ports: [{ port: 443 }] }] }')).toEqual([NONE, 'TCP 443']);
  });
});
