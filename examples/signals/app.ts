import { App, Duration, Stack, aws_secretsmanager as secrets } from 'aws-cdk-lib';
import { LifecycleRegistry, SharedSignals, SignalReceiver } from 'cdk-nhi-lifecycle';

const app = new App();
const platform = new Stack(app, 'Platform', { env: { account: '111122223333', region: 'eu-central-1' }, terminationProtection: true });
const registry = new LifecycleRegistry(platform, 'Agents');

const signals = new SharedSignals(platform, 'Signals', {
  registry,
  receivers: [
    // Gets each signal at once.
    SignalReceiver.push({
      streamId: 'crm',
      audience: 'https://crm.example.com',
      endpoint: 'https://crm.example.com/security-events',
      authorization: secrets.Secret.fromSecretNameV2(platform, 'CrmHeader', 'signals/crm-header'),
    }),
    // Asks for what there is.
    SignalReceiver.poll({
      streamId: 'siem',
      audience: 'https://siem.example.com',
      token: secrets.Secret.fromSecretNameV2(platform, 'SiemToken', 'signals/siem-token'),
    }),
  ],
});
platform.exportValue(signals.issuer, { name: 'SignalsIssuer' });

// One record for each agent in the organization's catalogue.
registry.syncCatalogue({
  agentRegistryArn: 'arn:aws:agent-registry:eu-central-1:111122223333:registry/a1b2c3d4e5f6',
  deleteAfter: Duration.days(90),
});

app.synth();
