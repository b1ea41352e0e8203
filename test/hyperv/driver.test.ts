import { afterAll } from '@jest/globals';
import { conformance } from './conformance.ts';
import { conformanceOfMore } from './conformance-more.ts';
import { DriverStage } from './driver-stage.ts';
import { describeWithPowerShell } from './powershell.ts';

// The driver as it is in production, up to the way to the host: PowerShell started by node-powershell, the module sent
// to the host, and the simulated Hyper-V behind it.

describeWithPowerShell('on simulated hosts', () => {
  let stage: DriverStage | undefined;
  afterAll(() => stage?.close());

  const onStage = (): Promise<DriverStage> => Promise.resolve((stage ??= new DriverStage()));
  conformance('the PowerShell driver', onStage);
  conformanceOfMore('the PowerShell driver', onStage);
});

describeWithPowerShell('on nodes of a failover cluster', () => {
  let stage: DriverStage | undefined;
  afterAll(() => stage?.close());

  const onStage = (): Promise<DriverStage> =>
    Promise.resolve(
      (stage ??= new DriverStage({ clusters: [{ name: 'CL1', nodes: ['hv01', 'hv02', 'hv03'] }] })),
    );
  conformance('the PowerShell driver in a failover cluster', onStage);
  conformanceOfMore('the PowerShell driver in a failover cluster', onStage);
});
