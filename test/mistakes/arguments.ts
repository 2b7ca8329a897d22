import { Mistake } from './mistake';

/** Arguments of calls. They are wrong in JavaScript, in Python, or where a compiler cannot see it. */
export const ARGUMENT_MISTAKES: readonly Mistake[] = [
  {
    mistake: 'An environment variable is not set.',
    program: `
      new Tier(chart, 'backend').allowTo(Peer.cidr(process.env.DB_BLOCK), { ports: [Port.tcp(5432)] });`,
    sees: 'block must be text, not undefined',
    todo: 'Set the variable, or stop the program with a message of your own.',
  },
  {
    mistake: 'A peer is undefined, because its module was not ready.',
    program: `
      let frontend;
      new Tier(chart, 'backend').allowFrom(frontend, { ports: [Port.tcp(8080)] });`,
    sees: 'source must be a Tier, a Peer or a workload, not undefined',
    todo: 'Make the other end first.',
  },
  {
    mistake: 'A name is given where a tier is wanted.',
    program: `
      new Tier(chart, 'backend').allowFrom('frontend', { ports: [Port.tcp(8080)] });`,
    sees: "source must be a Tier, a Peer or a workload, not the text 'frontend'",
    todo: 'Pass the tier, and not its name.',
  },
  {
    mistake: 'A number is given where a port is wanted.',
    program: `
      new Tier(chart, 'backend', { ports: [8080] });`,
    sees: 'ports[0] must be a Port, not 8080',
    todo: 'Write `Port.tcp(8080)`.',
  },
  {
    mistake: 'A port is text.',
    program: `
      Port.tcp('8080');`,
    sees: "port must be a whole number from 1 to 65535, not the text '8080'",
    todo: 'Write the number without quotes, or `Port.named(...)` for a name.',
  },
  {
    mistake: 'One value is given where a list is wanted.',
    program: `
      new Tier(chart, 'backend', { ports: Port.tcp(8080) });`,
    sees: 'ports must be a list, not a Port',
    todo: 'Write brackets around it.',
  },
  {
    mistake: 'A list is given where one end is wanted.',
    program: `
      const [web, api] = [new Tier(chart, 'web'), new Tier(chart, 'api')];
      new Tier(chart, 'backend').allowFrom([web, api], { ports: [Port.tcp(8080)] });`,
    sees: 'source must be a Tier, a Peer or a workload, not a list',
    todo: 'Write `Peer.anyOf([...])`.',
  },
  {
    mistake: 'A claim gets one end where it wants a list.',
    program: `
      const [db, backend] = [new Tier(chart, 'db'), new Tier(chart, 'backend')];
      new ConnectivityIntent(chart, 'intent').admitsOnly(db, backend);`,
    sees: 'sources must be a list, not a Tier',
    todo: 'Write brackets around it.',
  },
  {
    mistake: 'A label is a number.',
    program: `
      new Tier(chart, 'backend', { labels: { release: 2 } });`,
    sees: "labels['release'] must be text, not 2",
    todo: 'Write the value in quotes.',
  },
  {
    mistake: 'A namespace has a name that the API server refuses.',
    program: `
      new Tier(chart, 'backend', { namespace: 'Shop_EU' });`,
    sees: "'Shop_EU' is not the name of a namespace",
    todo: 'Use at most 63 characters of a-z, 0-9 and `-`.',
  },
];
