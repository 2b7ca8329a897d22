import { App, Chart } from 'cdk8s';
import { ClusterFacts, ConnectivityIntent, DefaultDeny, Peer } from '../../src';

const chart = new Chart(new App(), 'teams');
ClusterFacts.of(chart).addNamespace('kube-system');
ClusterFacts.of(chart).addNamespace('red-a', { labels: { team: 'red' } });
ClusterFacts.of(chart).addNamespace('blue-a', { labels: { team: 'blue' } });
ClusterFacts.of(chart).addNamespace('blue-b', { labels: { team: 'blue' } });
for (const namespace of ['red-a', 'blue-a']) { new DefaultDeny(chart, `deny-${namespace}`, { namespace }); }
const red = Peer.namespaces({ labels: { team: 'red' } });
const blue = Peer.namespaces({ labels: { team: 'blue' } });

const intent = new ConnectivityIntent(chart, 'intent')
  .admitsOnly(Peer.namespace('red-a'), [])                   // holds
  .admitsOnly(red, [])                                       // holds, assuming new-namespace
  .denied(blue, red)                                         // holds, assuming new-namespace
  .denied(blue, Peer.namespace('red-a'))                     // holds: it does not matter where the other pod is
  .admitsOnly(blue, [])                                      // untrue: no policy isolates the pods of blue-b
  .denied(red, blue)                                         // holds, assuming new-namespace
  .denied(Peer.allNamespaces(), Peer.namespace('blue-b'));   // untrue: pods of other namespaces are open too

export const verdicts = intent.verdicts();
