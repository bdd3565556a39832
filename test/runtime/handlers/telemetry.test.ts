import { countOf, measureOf } from '../../../runtime/handlers/telemetry';

test('a count goes to the namespace that the alarms watch, with the registry\'s name', () => {
  const lines: string[] = [];
  const written = jest.spyOn(process.stdout, 'write').mockImplementation((text) => lines.push(String(text)) > 0);

  countOf('bots')('TeardownIncomplete');

  written.mockRestore();
  expect(lines).toHaveLength(1);
  expect(JSON.parse(lines[0])).toMatchObject({
    _aws: { CloudWatchMetrics: [{ Namespace: 'NhiLifecycle', Dimensions: [expect.arrayContaining(['registry', 'service'])], Metrics: [{ Name: 'TeardownIncomplete', Unit: 'Count' }] }] },
    registry: 'bots',
    service: 'nhi-lifecycle',
    TeardownIncomplete: 1,
  });
});

test('a duration goes there in milliseconds', () => {
  const lines: string[] = [];
  const written = jest.spyOn(process.stdout, 'write').mockImplementation((text) => lines.push(String(text)) > 0);

  measureOf('bots')('SuspensionLatency', 420);

  written.mockRestore();
  expect(JSON.parse(lines[0])).toMatchObject({ _aws: { CloudWatchMetrics: [{ Metrics: [{ Name: 'SuspensionLatency', Unit: 'Milliseconds' }] }] }, registry: 'bots', SuspensionLatency: 420 });
});
