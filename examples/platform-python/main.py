from cdk8s import App

from games import Games
from platform_chart import Platform
from shop import Shop

app = App()
Platform(app, "platform")
Shop(app, "shop")
Games(app, "games")
app.synth()
