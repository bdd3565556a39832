import { App, Stack } from 'aws-cdk-lib';
import { AccessCertification, LifecycleRegistry } from 'cdk-nhi-lifecycle';

const app = new App();
const env = { account: '111122223333', region: 'eu-central-1' };

const platform = new Stack(app, 'Platform', { env, terminationProtection: true });
const registry = new LifecycleRegistry(platform, 'Agents'); // once per account
new AccessCertification(platform, 'Reviews', { registry });

app.synth();
