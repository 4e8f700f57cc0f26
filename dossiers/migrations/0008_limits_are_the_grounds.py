from django.db import migrations


class Migration(migrations.Migration):
    """The counts lie in agencies_limitcount now. The old table is dropped a release later: old code still counts there."""

    dependencies = [("dossiers", "0007_ratings")]

    operations = [
        migrations.SeparateDatabaseAndState(state_operations=[migrations.DeleteModel(name="GuessCount")]),
    ]
