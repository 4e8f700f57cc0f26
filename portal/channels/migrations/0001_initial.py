import datetime
import uuid

import django.db.models.deletion
import pghistory.utils
import pgtrigger.compiler
import pgtrigger.migrations
from django.conf import settings
from django.db import migrations, models

import agencies.sealed


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="AccountEvent",
            fields=[
                ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                ("pgh_label", models.TextField(help_text="The event label.")),
                ("pgh_context", pghistory.utils.JSONField(null=True)),
                ("id", models.BigIntegerField()),
                ("channel", models.CharField(max_length=30, verbose_name="channel")),
                ("name", models.CharField(default="default", max_length=80, verbose_name="name")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("ok", "In order"),
                            ("throttled", "Resting: the channel asked for it"),
                            ("paused", "Stopped by a person"),
                            ("needs_consent", "Needs consent again"),
                            ("disabled", "Out of use"),
                        ],
                        default="ok",
                        max_length=20,
                        verbose_name="state",
                    ),
                ),
                ("throttled_until", models.DateTimeField(blank=True, null=True, verbose_name="rests until")),
                (
                    "rate",
                    models.FloatField(
                        blank=True, help_text="Empty: no limit.", null=True, verbose_name="messages a second"
                    ),
                ),
                ("burst", models.PositiveIntegerField(default=1, verbose_name="burst")),
                ("last_error", models.CharField(blank=True, max_length=300, verbose_name="last error")),
                ("last_error_at", models.DateTimeField(blank=True, null=True, verbose_name="last error at")),
            ],
            options={
                "abstract": False,
                "default_permissions": (),
            },
        ),
        migrations.CreateModel(
            name="Attempt",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("n", models.PositiveSmallIntegerField(verbose_name="attempt")),
                ("at", models.DateTimeField(verbose_name="at")),
                (
                    "outcome",
                    models.CharField(
                        choices=[
                            ("sent", "Sent"),
                            ("delivered", "Arrived"),
                            ("failed", "Failed"),
                            ("again", "To be tried again"),
                            ("throttled", "The channel asked us to rest"),
                            ("unknown", "No answer: in doubt"),
                            ("not_sent", "The channel does not have it"),
                            ("handed_over", "Left to a person"),
                            ("resent", "Sent again by a person"),
                            ("settled", "Settled by a person"),
                        ],
                        max_length=12,
                        verbose_name="outcome",
                    ),
                ),
                ("detail", models.CharField(blank=True, max_length=300, verbose_name="detail")),
                ("duration_ms", models.PositiveIntegerField(null=True, verbose_name="took (ms)")),
            ],
            options={
                "verbose_name": "attempt",
                "verbose_name_plural": "attempts",
                "ordering": ["pk"],
            },
        ),
        migrations.CreateModel(
            name="ConsentEntry",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("purpose", models.CharField(max_length=40, verbose_name="purpose")),
                (
                    "word",
                    models.CharField(
                        choices=[("given", "Consent given"), ("withdrawn", "Consent withdrawn")],
                        max_length=10,
                        verbose_name="what was said",
                    ),
                ),
                ("at", models.DateTimeField(verbose_name="at")),
                (
                    "through",
                    models.CharField(
                        help_text="Where it was said: a channel, the counter …",
                        max_length=40,
                        verbose_name="said through",
                    ),
                ),
                ("text_version", models.CharField(blank=True, max_length=40, verbose_name="version of the text")),
                ("proof", models.CharField(blank=True, max_length=200, verbose_name="proof")),
            ],
            options={
                "verbose_name": "consent entry",
                "verbose_name_plural": "consent entries",
                "ordering": ["at", "pk"],
            },
        ),
        migrations.CreateModel(
            name="Contact",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("channel", models.CharField(max_length=30, verbose_name="channel")),
                ("address", agencies.sealed.SealedTextField(blank=True, verbose_name="address")),
                ("address_index", models.CharField(editable=False, max_length=64)),
                ("opted_out_at", models.DateTimeField(blank=True, null=True, verbose_name="wants no messages since")),
                ("verified_at", models.DateTimeField(blank=True, null=True, verbose_name="verified at")),
            ],
            options={
                "verbose_name": "contact",
                "verbose_name_plural": "contacts",
            },
        ),
        migrations.CreateModel(
            name="ContactEvent",
            fields=[
                ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                ("pgh_label", models.TextField(help_text="The event label.")),
                ("pgh_context", pghistory.utils.JSONField(null=True)),
                ("id", models.BigIntegerField()),
                ("channel", models.CharField(max_length=30, verbose_name="channel")),
                ("opted_out_at", models.DateTimeField(blank=True, null=True, verbose_name="wants no messages since")),
                ("verified_at", models.DateTimeField(blank=True, null=True, verbose_name="verified at")),
            ],
            options={
                "abstract": False,
                "default_permissions": (),
            },
        ),
        migrations.CreateModel(
            name="Delivery",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("key", models.CharField(editable=False, max_length=200, unique=True)),
                ("intent", models.CharField(max_length=190, verbose_name="intention")),
                (
                    "rung",
                    models.PositiveSmallIntegerField(
                        default=0, help_text="0 is the best channel of this person.", verbose_name="rung"
                    ),
                ),
                (
                    "reference",
                    models.UUIDField(default=uuid.uuid4, editable=False, unique=True, verbose_name="reference"),
                ),
                ("channel", models.CharField(blank=True, max_length=30, verbose_name="channel")),
                ("address", agencies.sealed.SealedTextField(blank=True, verbose_name="address")),
                ("address_index", models.CharField(blank=True, max_length=64)),
                (
                    "recipient",
                    models.CharField(
                        blank=True, help_text="One person's addresses, whatever the channel.", max_length=64
                    ),
                ),
                ("rest", agencies.sealed.SealedTextField(blank=True, help_text="The further rungs of the ladder.")),
                ("rungs_left", models.PositiveSmallIntegerField(default=0)),
                ("kind", models.CharField(max_length=60, verbose_name="kind of message")),
                (
                    "lane",
                    models.CharField(
                        choices=[
                            ("otp", "One-time codes"),
                            ("dossier", "Dossiers"),
                            ("bulk", "Bulk messages"),
                            ("social", "Public posts"),
                        ],
                        max_length=10,
                        verbose_name="lane",
                    ),
                ),
                (
                    "purpose",
                    models.CharField(
                        blank=True, help_text="Needs a standing consent to it.", max_length=40, verbose_name="purpose"
                    ),
                ),
                ("about", models.CharField(blank=True, max_length=60, verbose_name="about")),
                ("language", models.CharField(default="vi", max_length=8, verbose_name="language")),
                ("urgent", models.BooleanField(default=False, verbose_name="urgent")),
                ("simulated", models.BooleanField(default=False, verbose_name="simulated")),
                ("content", agencies.sealed.SealedTextField(blank=True)),
                ("collapse_key", models.CharField(blank=True, max_length=120)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("queued", "Waiting to be sent"),
                            ("claimed", "Being sent"),
                            ("sent", "Sent"),
                            ("delivered", "Arrived"),
                            ("failed", "Failed"),
                            ("unknown", "In doubt"),
                            ("suppressed", "Not sent on purpose"),
                            ("expired", "Too late to send"),
                        ],
                        default="queued",
                        max_length=12,
                        verbose_name="state",
                    ),
                ),
                (
                    "reason",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("no_address", "No address is known"),
                            ("no_channel", "No channel is set up for this person's addresses"),
                            ("opted_out", "The person does not want these messages"),
                            ("superseded", "A newer message took its place"),
                            ("arrived", "The person has been reached on another channel"),
                            ("unreachable", "The channel cannot reach this person"),
                            ("rejected", "The channel refused the content"),
                            ("account", "Our account with the channel does not work"),
                            ("gave_up", "The channel did not take it for too long"),
                            ("no_receipt", "No proof of arrival came in time"),
                            ("late", "It could not be sent while it still mattered"),
                            ("doubt", "It may have been sent: a person must look"),
                        ],
                        max_length=20,
                        verbose_name="reason",
                    ),
                ),
                ("needs_person", models.BooleanField(default=False, verbose_name="needs a person")),
                ("external_id", models.CharField(blank=True, max_length=200, verbose_name="the channel's number")),
                ("attempts_made", models.PositiveSmallIntegerField(default=0, verbose_name="attempts")),
                ("retries", models.PositiveSmallIntegerField(default=0)),
                ("doubts", models.PositiveSmallIntegerField(default=0)),
                ("checks_made", models.PositiveSmallIntegerField(default=0)),
                ("created_at", models.DateTimeField(verbose_name="ordered at")),
                (
                    "due_at",
                    models.DateTimeField(
                        help_text="When it could first go, after quiet hours.", verbose_name="may go from"
                    ),
                ),
                ("not_before", models.DateTimeField(verbose_name="not before")),
                ("expires_at", models.DateTimeField(verbose_name="worthless after")),
                ("claimed_at", models.DateTimeField(null=True, verbose_name="claimed at")),
                ("sent_at", models.DateTimeField(null=True, verbose_name="sent at")),
                ("finished_at", models.DateTimeField(null=True, verbose_name="ended at")),
                ("redacted_at", models.DateTimeField(null=True, verbose_name="blanked at")),
                ("lease_until", models.DateTimeField(null=True)),
                (
                    "check_at",
                    models.DateTimeField(
                        help_text="Look again: at the channel, or for a receipt that is due.", null=True
                    ),
                ),
                (
                    "slot_at",
                    models.DateTimeField(help_text="The turn that the account's token bucket gave it.", null=True),
                ),
                ("woken_at", models.DateTimeField(null=True)),
            ],
            options={
                "verbose_name": "message",
                "verbose_name_plural": "messages",
                "ordering": ["-created_at", "-pk"],
                "permissions": [
                    ("resend_delivery", "Can send a message again"),
                    ("view_delivery_body", "Can read what a message says and where it went"),
                ],
            },
        ),
        migrations.CreateModel(
            name="Account",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("channel", models.CharField(max_length=30, verbose_name="channel")),
                ("name", models.CharField(default="default", max_length=80, verbose_name="name")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("ok", "In order"),
                            ("throttled", "Resting: the channel asked for it"),
                            ("paused", "Stopped by a person"),
                            ("needs_consent", "Needs consent again"),
                            ("disabled", "Out of use"),
                        ],
                        default="ok",
                        max_length=20,
                        verbose_name="state",
                    ),
                ),
                ("throttled_until", models.DateTimeField(blank=True, null=True, verbose_name="rests until")),
                (
                    "rate",
                    models.FloatField(
                        blank=True, help_text="Empty: no limit.", null=True, verbose_name="messages a second"
                    ),
                ),
                ("burst", models.PositiveIntegerField(default=1, verbose_name="burst")),
                ("tokens", models.FloatField(default=1, editable=False)),
                (
                    "refilled_at",
                    models.DateTimeField(
                        default=datetime.datetime(2000, 1, 1, 0, 0, tzinfo=datetime.UTC), editable=False
                    ),
                ),
                ("last_error", models.CharField(blank=True, max_length=300, verbose_name="last error")),
                ("last_error_at", models.DateTimeField(blank=True, null=True, verbose_name="last error at")),
            ],
            options={
                "verbose_name": "channel account",
                "verbose_name_plural": "channel accounts",
                "permissions": [("pause_account", "Can stop and start a channel account")],
                "constraints": [
                    models.UniqueConstraint(fields=("channel", "name"), name="post_office_one_account_a_name")
                ],
            },
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="account",
            trigger=pgtrigger.compiler.Trigger(
                name="insert_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "post_office_accountevent" ("burst", "channel", "id", "last_error", "last_error_at", "name", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "rate", "state", "throttled_until") SELECT new_values."burst", new_values."channel", new_values."id", new_values."last_error", new_values."last_error_at", new_values."name", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'insert\', new_values."id", new_values."rate", new_values."state", new_values."throttled_until" FROM ( SELECT new_values.* FROM new_values  ) AS new_values, _pgh_attached_context; RETURN NULL;',
                    hash="56618e490dec26a5392aba35628a250a31da3d84",
                    level="STATEMENT",
                    operation="INSERT",
                    pgid="pgtrigger_insert_insert_47460",
                    referencing="REFERENCING NEW TABLE AS new_values ",
                    table="post_office_account",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="account",
            trigger=pgtrigger.compiler.Trigger(
                name="update_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "post_office_accountevent" ("burst", "channel", "id", "last_error", "last_error_at", "name", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "rate", "state", "throttled_until") SELECT new_values."burst", new_values."channel", new_values."id", new_values."last_error", new_values."last_error_at", new_values."name", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'update\', new_values."id", new_values."rate", new_values."state", new_values."throttled_until" FROM ( SELECT new_values.* FROM old_values JOIN new_values ON (old_values."id") = (new_values."id") WHERE (old_values."burst" IS DISTINCT FROM (new_values."burst") OR old_values."channel" IS DISTINCT FROM (new_values."channel") OR old_values."id" IS DISTINCT FROM (new_values."id") OR old_values."last_error" IS DISTINCT FROM (new_values."last_error") OR old_values."last_error_at" IS DISTINCT FROM (new_values."last_error_at") OR old_values."name" IS DISTINCT FROM (new_values."name") OR old_values."rate" IS DISTINCT FROM (new_values."rate") OR old_values."state" IS DISTINCT FROM (new_values."state") OR old_values."throttled_until" IS DISTINCT FROM (new_values."throttled_until")) ) AS new_values, _pgh_attached_context; RETURN NULL;',
                    hash="eef48eada30068256fa75e064ba8d229df035fd4",
                    level="STATEMENT",
                    operation="UPDATE",
                    pgid="pgtrigger_update_update_1afce",
                    referencing="REFERENCING OLD TABLE AS old_values  NEW TABLE AS new_values ",
                    table="post_office_account",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="account",
            trigger=pgtrigger.compiler.Trigger(
                name="delete_delete",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "post_office_accountevent" ("burst", "channel", "id", "last_error", "last_error_at", "name", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "rate", "state", "throttled_until") SELECT old_values."burst", old_values."channel", old_values."id", old_values."last_error", old_values."last_error_at", old_values."name", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'delete\', old_values."id", old_values."rate", old_values."state", old_values."throttled_until" FROM ( SELECT old_values.* FROM old_values  ) AS old_values, _pgh_attached_context; RETURN NULL;',
                    hash="b4a05ed1b80f6f785e2d2d7c23c8c538bcef8a99",
                    level="STATEMENT",
                    operation="DELETE",
                    pgid="pgtrigger_delete_delete_b8056",
                    referencing="REFERENCING OLD TABLE AS old_values ",
                    table="post_office_account",
                    when="AFTER",
                ),
            ),
        ),
        migrations.AddField(
            model_name="accountevent",
            name="pgh_obj",
            field=models.ForeignKey(
                db_constraint=False,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="trail",
                related_query_name="trail",
                to="post_office.account",
            ),
        ),
        migrations.AddField(
            model_name="attempt",
            name="by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="done by",
            ),
        ),
        migrations.AddConstraint(
            model_name="contact",
            constraint=models.UniqueConstraint(
                fields=("channel", "address_index"), name="post_office_one_contact_an_address"
            ),
        ),
        migrations.AddField(
            model_name="consententry",
            name="contact",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="entries",
                to="post_office.contact",
                verbose_name="contact",
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="contact",
            trigger=pgtrigger.compiler.Trigger(
                name="insert_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "post_office_contactevent" ("channel", "id", "opted_out_at", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "verified_at") SELECT new_values."channel", new_values."id", new_values."opted_out_at", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'insert\', new_values."id", new_values."verified_at" FROM ( SELECT new_values.* FROM new_values  ) AS new_values, _pgh_attached_context; RETURN NULL;',
                    hash="7b9d2f40aec0463acb4fbb870c0b45517c65c115",
                    level="STATEMENT",
                    operation="INSERT",
                    pgid="pgtrigger_insert_insert_4dae8",
                    referencing="REFERENCING NEW TABLE AS new_values ",
                    table="post_office_contact",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="contact",
            trigger=pgtrigger.compiler.Trigger(
                name="update_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "post_office_contactevent" ("channel", "id", "opted_out_at", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "verified_at") SELECT new_values."channel", new_values."id", new_values."opted_out_at", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'update\', new_values."id", new_values."verified_at" FROM ( SELECT new_values.* FROM old_values JOIN new_values ON (old_values."id") = (new_values."id") WHERE (old_values."channel" IS DISTINCT FROM (new_values."channel") OR old_values."id" IS DISTINCT FROM (new_values."id") OR old_values."opted_out_at" IS DISTINCT FROM (new_values."opted_out_at") OR old_values."verified_at" IS DISTINCT FROM (new_values."verified_at")) ) AS new_values, _pgh_attached_context; RETURN NULL;',
                    hash="78d01b06e09c85d4abbd34c64ebca10ea45774dc",
                    level="STATEMENT",
                    operation="UPDATE",
                    pgid="pgtrigger_update_update_b1873",
                    referencing="REFERENCING OLD TABLE AS old_values  NEW TABLE AS new_values ",
                    table="post_office_contact",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="contact",
            trigger=pgtrigger.compiler.Trigger(
                name="delete_delete",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "post_office_contactevent" ("channel", "id", "opted_out_at", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "verified_at") SELECT old_values."channel", old_values."id", old_values."opted_out_at", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'delete\', old_values."id", old_values."verified_at" FROM ( SELECT old_values.* FROM old_values  ) AS old_values, _pgh_attached_context; RETURN NULL;',
                    hash="a1ba79c40ed0e76c2aa4ca52e111844ab67c40d8",
                    level="STATEMENT",
                    operation="DELETE",
                    pgid="pgtrigger_delete_delete_8b5cb",
                    referencing="REFERENCING OLD TABLE AS old_values ",
                    table="post_office_contact",
                    when="AFTER",
                ),
            ),
        ),
        migrations.AddField(
            model_name="contactevent",
            name="pgh_obj",
            field=models.ForeignKey(
                db_constraint=False,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="trail",
                related_query_name="trail",
                to="post_office.contact",
            ),
        ),
        migrations.AddField(
            model_name="delivery",
            name="account",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                to="post_office.account",
                verbose_name="channel account",
            ),
        ),
        migrations.AddField(
            model_name="attempt",
            name="delivery",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="attempts",
                to="post_office.delivery",
                verbose_name="message",
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="accountevent",
            trigger=pgtrigger.compiler.Trigger(
                name="append_only",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                    hash="6ff0008dcfb86650f732b1b5879f24afa8d5c916",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_append_only_edbe2",
                    table="post_office_accountevent",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="consententry",
            trigger=pgtrigger.compiler.Trigger(
                name="append_only",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                    hash="dd74073517abc761529ffdb4267d584c7f1cc779",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_append_only_beeca",
                    table="post_office_consententry",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="contactevent",
            trigger=pgtrigger.compiler.Trigger(
                name="append_only",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                    hash="c4888c3e4767621d49f267d26c977324df52001e",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_append_only_c169a",
                    table="post_office_contactevent",
                    when="BEFORE",
                ),
            ),
        ),
        migrations.AddIndex(
            model_name="delivery",
            index=models.Index(
                condition=models.Q(("state", "queued")), fields=["lane", "not_before"], name="post_office_queued"
            ),
        ),
        migrations.AddIndex(
            model_name="delivery",
            index=models.Index(
                condition=models.Q(("state", "queued")), fields=["expires_at"], name="post_office_worthless"
            ),
        ),
        migrations.AddIndex(
            model_name="delivery",
            index=models.Index(
                condition=models.Q(("state", "claimed")), fields=["lease_until"], name="post_office_claimed"
            ),
        ),
        migrations.AddIndex(
            model_name="delivery",
            index=models.Index(
                condition=models.Q(("check_at__isnull", False)), fields=["check_at"], name="post_office_to_check"
            ),
        ),
        migrations.AddIndex(
            model_name="delivery",
            index=models.Index(
                condition=models.Q(("collapse_key", ""), _negated=True),
                fields=["recipient", "collapse_key"],
                name="post_office_same",
            ),
        ),
        migrations.AddIndex(
            model_name="delivery",
            index=models.Index(
                condition=models.Q(("external_id", ""), _negated=True),
                fields=["channel", "external_id"],
                name="post_office_external",
            ),
        ),
        migrations.AddIndex(
            model_name="delivery",
            index=models.Index(
                condition=models.Q(("redacted_at__isnull", True)), fields=["created_at"], name="post_office_to_blank"
            ),
        ),
        migrations.AddIndex(
            model_name="delivery",
            index=models.Index(
                condition=models.Q(("needs_person", True)), fields=["id"], name="post_office_for_a_person"
            ),
        ),
        migrations.AddIndex(
            model_name="delivery",
            index=models.Index(fields=["about"], name="post_office_about"),
        ),
        migrations.AddIndex(
            model_name="delivery",
            index=models.Index(fields=["address_index"], name="post_office_address"),
        ),
        migrations.AddIndex(
            model_name="delivery",
            index=models.Index(fields=["-created_at", "-id"], name="post_office_newest"),
        ),
    ]
