import { SpecPod } from '../spec/network-policy';

/*
 * The namespaces, pods and addresses around a random program of program.ts. There are few names of each sort, so that selectors often match.
 */

/** The labels of declared namespaces. `z` is not declared. */
export const NAMESPACES: Record<string, Record<string, string>> = {
  'x': { team: 'a' },
  'y': { team: 'b' },
  'kube-system': {},
  'ingress-nginx': {},
  'monitoring': { team: 'a' },
};

export const PUBLIC_ADDRESSES = ['8.8.8.8', '2606:4700::1111'];

/** Public addresses, and some that lead back into a private network. */
export const ADDRESSES = [...PUBLIC_ADDRESSES, '10.0.0.1', '10.1.0.1', '10.2.0.1', '169.254.169.254', '2001:db8::1', 'fd00::1'];

/** Ports on both sides of each boundary between the ports that programs name. */
export const PORT_EDGES = [1, 53, 79, 80, 85, 90, 91, 443, 6443, 8080, 65535];

/** Container ports: pods have different numbers for the same name. */
const PORTS: SpecPod['ports'][] = [
  [],
  [{ name: 'http', protocol: 'TCP', containerPort: 80 }],
  [{ name: 'http', protocol: 'TCP', containerPort: 8080 }, { name: 'dns', protocol: 'UDP', containerPort: 53 }],
  [{ name: 'http', protocol: 'UDP', containerPort: 85 }],
];

function pod(namespace: string, name: string, labels: Record<string, string>, ports: number = 0): SpecPod {
  return { namespace, name, labels, ips: [], ports: PORTS[ports] };
}

/** Pods without a tier of their own. Tiers and peers may still select some of them. */
export const OTHER_PODS: SpecPod[] = [
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
