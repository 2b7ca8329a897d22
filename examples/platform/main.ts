import { App } from 'cdk8s';
import { Games } from './games';
import { Platform } from './platform';
import { Shop } from './shop';

const app = new App();
const platform = new Platform(app, 'platform');
new Shop(app, 'shop');
new Games(app, 'games');
platform.addIntent();
app.synth();                     // throws if a claim of the platform or of a team does not hold
