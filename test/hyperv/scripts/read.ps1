# Reads PowerShell scripts with PowerShell's own parser, and tells as JSON what they call and what Windows PowerShell 5.1
# lacks of what they say. Which calls are right is decided by check.ts.
param([Parameter(Mandatory)][string[]]$Path)

Set-StrictMode -Version 3.0
$ErrorActionPreference = 'Stop'

# Static members that .NET Framework, on which Windows PowerShell runs, does not have.
$newMembers = @(
    'Math::Clamp', 'Convert::ToHexString', 'Convert::FromHexString', 'Path::GetRelativePath', 'Path::Join', 'Path::IsPathFullyQualified',
    'Environment::ProcessId', 'Environment::ProcessPath', 'SHA256::HashData', 'RandomNumberGenerator::GetBytes', 'Random::Shared',
    'File::ReadAllBytesAsync', 'OperatingSystem::IsWindows', 'OperatingSystem::IsLinux', 'Guid::CreateVersion7'
)
$newVariables = 'IsWindows', 'IsLinux', 'IsMacOS', 'IsCoreCLR', 'PSStyle', 'EnabledExperimentalFeatures'

function Find-Lacking($ast) {
    $all = $ast.FindAll({ $true }, $true)
    foreach ($node in $all) {
        $what = switch ($node.GetType().Name) {
            'TernaryExpressionAst' { 'the ternary operator' }
            'PipelineChainAst' { "the chain operator $(if ($node.Operator -eq 'AndAnd') { '&&' } else { '||' })" }
            'BinaryExpressionAst' {
                if ($node.Operator -eq 'QuestionQuestion') { 'the operator ??' }
                elseif ($node.Operator -eq 'DotDot' -and ($node.Left, $node.Right).Where({ $_ -is [System.Management.Automation.Language.StringConstantExpressionAst] })) { 'a range of characters' }
            }
            'AssignmentStatementAst' { if ($node.Operator -eq 'QuestionQuestionEquals') { 'the operator ??=' } }
            'MemberExpressionAst' { if ($node.NullConditional) { 'the operator ?.' } }
            'InvokeMemberExpressionAst' {
                if ($node.NullConditional) { 'the operator ?.' }
                elseif ($node.Static -and "$($node.Expression.TypeName.Name.Split('.')[-1])::$($node.Member)" -eq 'File::Move' -and $node.Arguments.Count -eq 3) { 'File::Move that overwrites' }
            }
            'IndexExpressionAst' { if ($node.NullConditional) { 'the operator ?[]' } }
            'ScriptBlockAst' { if ($node.CleanBlock) { 'a clean block' } }
            'PipelineAst' { if ($node.Background) { 'a pipeline in the background' } }
            'VariableExpressionAst' { if ($node.VariablePath.UserPath -in $newVariables) { "the variable `$$($node.VariablePath.UserPath)" } }
            'ConstantExpressionAst' { if ($node.Extent.Text -match '^0b|(?<!0x[0-9a-f]*)(?:u[sly]?|[sy]|n)(?:[kmgtp]b)?$' -and $node.Extent.Text -match '^[0-9]' -and $node.Extent.Text -notmatch '^0x') { "the number $($node.Extent.Text)" } }
            { $_ -in 'StringConstantExpressionAst', 'ExpandableStringExpressionAst' } {
                if ("$($node.StringConstantType)" -like 'DoubleQuoted*' -and $node.Extent.Text -match '(?<!`)(?:``)*`(?:u\{|e)') { "the escape $($Matches[0])" }
            }
        }
        if (-not $what -and $node -is [System.Management.Automation.Language.MemberExpressionAst] -and $node.Static -and $node.Expression -is [System.Management.Automation.Language.TypeExpressionAst]) {
            $member = "$($node.Expression.TypeName.Name.Split('.')[-1])::$($node.Member)"
            if ($member -in $newMembers) { $what = $member }
        }
        if ($what) { @{ what = $what; line = $node.Extent.StartLineNumber } }
    }
}

# Keys of a table that is splatted: of its literal, and of what is put into it later in the same function.
function Find-Key($splat) {
    $scope = $splat.Parent
    while ($scope -isnot [System.Management.Automation.Language.FunctionDefinitionAst] -and $scope.Parent) { $scope = $scope.Parent }
    $name = $splat.VariablePath.UserPath
    $keys = @()
    $known = $false
    foreach ($node in $scope.FindAll({ param($one) $one -is [System.Management.Automation.Language.AssignmentStatementAst] }, $true)) {
        if ($node.Left -is [System.Management.Automation.Language.VariableExpressionAst] -and $node.Left.VariablePath.UserPath -eq $name) {
            $table = $node.Right.Find({ param($one) $one -is [System.Management.Automation.Language.HashtableAst] }, $false)
            if (-not $table) { return $null }
            $known = $true
            $keys += @($table.KeyValuePairs.ForEach({ "$($_.Item1.Value)" }))
        } elseif ($node.Left -is [System.Management.Automation.Language.IndexExpressionAst] -and "$($node.Left.Target)" -eq "`$$name") {
            if ($node.Left.Index -isnot [System.Management.Automation.Language.StringConstantExpressionAst]) { return $null }
            $keys += $node.Left.Index.Value
        }
    }
    if ($known) { , $keys } else { $null }
}

function Read-Element($element) {
    if ($element -is [System.Management.Automation.Language.CommandParameterAst]) {
        return @{ kind = 'parameter'; name = $element.ParameterName; hasArgument = $null -ne $element.Argument; text = "$($element.Argument)" }
    }
    if ($element -is [System.Management.Automation.Language.VariableExpressionAst] -and $element.Splatted) {
        return @{ kind = 'splat'; keys = (Find-Key $element) }
    }
    $isConstant = $element -is [System.Management.Automation.Language.ConstantExpressionAst] -or $element -is [System.Management.Automation.Language.StringConstantExpressionAst]
    @{ kind = 'argument'; constant = $isConstant; text = if ($isConstant) { "$($element.Value)" } else { $element.Extent.Text } }
}

function Read-Function($definition) {
    $given = @(if ($definition.Body.ParamBlock) { $definition.Body.ParamBlock.Parameters } elseif ($definition.Parameters) { $definition.Parameters })
    $params = foreach ($one in $given) {
        $about = foreach ($attribute in $one.Attributes) { if ($attribute -is [System.Management.Automation.Language.AttributeAst] -and $attribute.TypeName.Name -eq 'Parameter') { $attribute.NamedArguments } }
        $mandatory = @($about | Where-Object { $_.ArgumentName -eq 'Mandatory' -and "$($_.Argument)" -ne '$false' })
        @{ name = $one.Name.VariablePath.UserPath; type = $one.StaticType.FullName; mandatory = $mandatory.Count -gt 0 }
    }
    @{ name = $definition.Name; params = @($params | Where-Object { $null -ne $_ }) }
}

function Read-Command($command) {
    @{
        name     = $command.GetCommandName()
        text     = $command.CommandElements[0].Extent.Text
        line     = $command.Extent.StartLineNumber
        isBlock  = $command.CommandElements[0] -is [System.Management.Automation.Language.ScriptBlockExpressionAst]
        piped    = $command.Parent -is [System.Management.Automation.Language.PipelineAst] -and $command.Parent.PipelineElements[0] -ne $command
        elements = @($command.CommandElements | Select-Object -Skip 1 | ForEach-Object { Read-Element $_ })
    }
}

$files = foreach ($file in $Path) {
    $tokens = $null
    $problems = $null
    $ast = [System.Management.Automation.Language.Parser]::ParseFile($file, [ref]$tokens, [ref]$problems)
    $functions = $ast.FindAll({ param($one) $one -is [System.Management.Automation.Language.FunctionDefinitionAst] }, $true)
    $commands = $ast.FindAll({ param($one) $one -is [System.Management.Automation.Language.CommandAst] }, $true)
    @{
        file      = [System.IO.Path]::GetFileName($file)
        problems  = @(foreach ($problem in $problems) { @{ what = $problem.ErrorId; line = $problem.Extent.StartLineNumber } })
        lacks     = @(Find-Lacking $ast)
        functions = @(foreach ($function in $functions) { Read-Function $function })
        commands  = @(foreach ($command in $commands) { Read-Command $command })
    }
}
ConvertTo-Json -InputObject @($files) -Depth 8 -Compress
