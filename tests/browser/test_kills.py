"""Two pages and a server that is killed; `python -m tests.browser.kills` does the same for longer."""

from tests.browser.case import BrowserCase
from tests.browser.kills import Experiment


class Kills(BrowserCase):
    """Nothing that was sent is lost or doubled, and both pages show one order: that of the server."""

    def test_together_kills(self) -> None:
        """Guests and accounts, with two kills each."""
        browser = self.browser_called("chromium")
        for with_accounts in (False, True):
            experiment = Experiment(browser, messages=100, kills=2, seed=1, with_accounts=with_accounts)
            self.assertEqual(experiment.run(), [], with_accounts)
