from cdk8s import App
from cdk8s_netpol import ConnectivityIntent, Port

from games import Games
from platform_chart import Platform
from shop import Shop

# The same app, with a connection between the teams that team games wants. The guardrail denies it, so synth fails.
app = App()
platform = Platform(app, "platform")
shop = Shop(app, "shop")
games = Games(app, "games")

games.lobby.allow_to(shop.catalogue, ports=[Port.tcp(8080)])
ConnectivityIntent(games, "wish").allowed(games.lobby, shop.catalogue, ports=[Port.tcp(8080)])

platform.add_intent()
app.synth()
