import type { CmdletFacts, ParameterFacts } from '../module/generate.ts';

type Parameters = Readonly<Record<string, ParameterFacts>>;

const anywhere = (type: string, position?: number, rest: Partial<ParameterFacts> = {}): ParameterFacts => ({
  type,
  in: { '*': position === undefined ? {} : { position } },
  ...rest,
});
const piped = (type: string): ParameterFacts => ({ type, in: { '*': { pipeline: true } } });
const plain = (module: string, params: Parameters): CmdletFacts => ({ module, params });

const CORE = 'Microsoft.PowerShell.Core';
const UTILITY = 'Microsoft.PowerShell.Utility';

/**
 * Cmdlets of PowerShell itself that the data file does not hold and scripts cannot do without: the parameters that both
 * PowerShells document for them (MicrosoftDocs/PowerShell-Docs, reference/5.1), as far as there is reason to use them.
 */
export const PLAIN_CMDLETS: Readonly<Record<string, CmdletFacts>> = {
  'ForEach-Object': plain(CORE, {
    Process: anywhere('scriptblock[]', 0),
    Begin: anywhere('scriptblock'),
    End: anywhere('scriptblock'),
    MemberName: anywhere('string', 0),
    InputObject: piped('psobject'),
    Parallel: anywhere('scriptblock'),
    ThrottleLimit: anywhere('int'),
  }),
  'Where-Object': plain(CORE, { FilterScript: anywhere('scriptblock', 0), InputObject: piped('psobject') }),
  'Get-Command': plain(CORE, {
    Name: anywhere('string[]', 0),
    Module: anywhere('string[]'),
    CommandType: anywhere('string', undefined, { aliases: ['Type'] }),
  }),
  'Get-Module': plain(CORE, {
    Name: anywhere('string[]', 0),
    ListAvailable: anywhere('switch'),
    All: anywhere('switch'),
  }),
  'Export-ModuleMember': plain(CORE, {
    Function: anywhere('string[]', 0),
    Cmdlet: anywhere('string[]'),
    Variable: anywhere('string[]'),
    Alias: anywhere('string[]'),
  }),
  'New-Module': plain(CORE, {
    Name: { type: 'string', in: { Name: { mandatory: true, position: 0 } } },
    ScriptBlock: {
      type: 'scriptblock',
      in: { ScriptBlock: { mandatory: true, position: 0 }, Name: { mandatory: true, position: 1 } },
    },
    Function: anywhere('string[]'),
    Cmdlet: anywhere('string[]'),
    ReturnResult: anywhere('switch'),
    AsCustomObject: anywhere('switch'),
    ArgumentList: anywhere('object[]'),
  }),
  'Set-StrictMode': plain(CORE, { Version: anywhere('version'), Off: anywhere('switch') }),
  'Out-Null': plain(CORE, { InputObject: piped('psobject') }),
  'New-Object': plain(UTILITY, {
    TypeName: { type: 'string', in: { Net: { mandatory: true, position: 0 } } },
    ArgumentList: { type: 'object[]', aliases: ['Args'], in: { Net: { position: 1 } } },
    ComObject: { type: 'string', in: { Com: { mandatory: true, position: 0 } } },
    Strict: { type: 'switch', in: { Com: {} } },
    Property: { type: 'IDictionary', in: { Net: {}, Com: {} } },
  }),
  'Select-Object': plain(UTILITY, {
    Property: anywhere('object[]', 0),
    ExpandProperty: anywhere('string'),
    ExcludeProperty: anywhere('string[]'),
    First: anywhere('int'),
    Last: anywhere('int'),
    Skip: anywhere('int'),
    Unique: anywhere('switch'),
    InputObject: piped('psobject'),
  }),
  'Sort-Object': plain(UTILITY, {
    Property: anywhere('object[]', 0),
    Descending: anywhere('switch'),
    Unique: anywhere('switch'),
    Stable: anywhere('switch'),
    Top: anywhere('int'),
    InputObject: piped('psobject'),
  }),
  'Start-Sleep': plain(UTILITY, {
    Seconds: { type: 'int', in: { Seconds: { position: 0 } } },
    Milliseconds: { type: 'int', aliases: ['ms'], in: { Milliseconds: {} } },
  }),
  'Write-Output': plain(UTILITY, {
    InputObject: { type: 'psobject[]', in: { '*': { position: 0, pipeline: true } } },
    NoEnumerate: anywhere('switch'),
  }),
};

/** Parameters that PowerShell 7 has brought, for cmdlets that both have; the data file tells the rest by `versions`. */
export const FIVE_LACKS: Readonly<Record<string, readonly string[]>> = {
  'ForEach-Object': ['Parallel', 'ThrottleLimit'],
  'Sort-Object': ['Stable', 'Top'],
  'ConvertTo-Json': ['AsArray', 'EnumsAsStrings', 'EscapeHandling'],
  'ConvertFrom-Json': ['AsHashtable', 'Depth', 'NoEnumerate', 'DateKind'],
};
