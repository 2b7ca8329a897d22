from cdk8s import App

from games import Games
from platform_chart import Platform
from shop import Shop

app = App()
platform = Platform(app, "platform")
Shop(app, "shop")
Games(app, "games")
platform.add_intent()
app.synth()  # raises if a claim of the platform or of a team does not hold
