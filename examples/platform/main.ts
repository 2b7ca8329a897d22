import { App } from 'cdk8s';
import { Games } from './games';
import { Platform } from './platform';
import { Shop } from './shop';

const app = new App();
new Platform(app, 'platform');
new Shop(app, 'shop');
new Games(app, 'games');
app.synth();
