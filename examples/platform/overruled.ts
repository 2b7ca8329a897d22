import { App } from 'cdk8s';
import { ConnectivityIntent, Port } from 'cdk8s-netpol';
import { Games } from './games';
import { Platform } from './platform';
import { Shop } from './shop';

/** The same app, with a connection between the teams that team games wants. The guardrail denies it, so synth fails. */
const app = new App();
const platform = new Platform(app, 'platform');
const shop = new Shop(app, 'shop');
const games = new Games(app, 'games');

games.lobby.allowTo(shop.catalogue, { ports: [Port.tcp(8080)] });
new ConnectivityIntent(games, 'wish').allowed(games.lobby, shop.catalogue, { ports: [Port.tcp(8080)] });

platform.addIntent();
app.synth();
