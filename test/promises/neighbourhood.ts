import { SpecPod } from '../spec/network-policy';

/*
 * Where random programs of tiers are tried: few names of each sort, so that things meet. Namespaces, pods
 * and addresses at the edges of what the programs in program.ts can name.
 */

/** Labels of the namespaces that are declared; `z` is not. */
export const NAMESPACES: Record<string, Record<string, string>> = {
  'x': { team: 'a' },
  'y': { team: 'b' },
  'kube-system': {},
  'ingress-nginx': {},
  'monitoring': { team: 'a' },
};

/** Public addresses, and some that lead back inside. */
export const PUBLIC_ADDRESSES = ['8.8.8.8', '2606:4700::1111'];
export const ADDRESSES = [...PUBLIC_ADDRESSES, '10.0.0.1', '10.1.0.1', '10.2.0.1', '169.254.169.254', '2001:db8::1', 'fd00::1'];

/** On both sides of every edge of the ports that the programs name. */
export const PORT_EDGES = [1, 53, 79, 80, 85, 90, 91, 443, 6443, 8080, 65535];

/** Names of container ports, and the numbers that pods have for them: not all the same. */
const PORTS: SpecPod['ports'][] = [
  [],
  [{ name: 'http', protocol: 'TCP', containerPort: 80 }],
  [{ name: 'http', protocol: 'TCP', containerPort: 8080 }, { name: 'dns', protocol: 'UDP', containerPort: 53 }],
  [{ name: 'http', protocol: 'UDP', containerPort: 85 }],
];

function pod(namespace: string, name: string, labels: Record<string, string>, ports: number = 0): SpecPod {
  return { namespace, name, labels, ips: [], ports: PORTS[ports] };
}

/** Pods that are in the neighbourhood whatever a program says. */
export const STRANGERS: SpecPod[] = [
  pod('x', 'bare', {}, 1),
  pod('x', 'front', { role: 'front' }, 2),
  pod('x', 'other', { app: 'other', role: 'other' }),
  pod('y', 'front', { role: 'front' }, 3),
  pod('y', 'web-canary', { app: 'web', canary: '' }, 1),
  pod('z', 'web', { app: 'web', role: 'back' }, 2),
  pod('kube-system', 'coredns', { 'k8s-app': 'kube-dns' }),
  pod('kube-system', 'proxy', { 'k8s-app': 'kube-proxy' }),
  pod('ingress-nginx', 'controller', { app: 'ingress' }),
  pod('monitoring', 'prometheus', { app: 'prometheus' }),
  pod('monitoring', 'front', { role: 'front' }),
];
