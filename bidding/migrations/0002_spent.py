from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('bidding', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='Spent',
            fields=[
                ('tag', models.BinaryField(max_length=32, primary_key=True, serialize=False)),
                ('holder', models.BinaryField(max_length=32)),
            ],
        ),
    ]
