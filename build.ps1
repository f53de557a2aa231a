# The door for people with PowerShell; each target is the plain dotnet line beside it in README.md.
#   ./build.ps1 build | test | bench [arguments for the benchmarks] | bench peers [arguments for the bench beside libtorch]
param(
    [string] $Target = 'build',
    [Parameter(ValueFromRemainingArguments = $true)] [string[]] $Rest
)

$solution = [IO.Path]::Combine($PSScriptRoot, 'GeneratingImages.sln')
$bench = [IO.Path]::Combine($PSScriptRoot, 'bench', 'GeneratingImages.Bench')
$peers = [IO.Path]::Combine($PSScriptRoot, 'bench', 'Peer.TorchSharp')

if ($Target -eq 'build') { dotnet build $solution -c Release }
elseif ($Target -eq 'test') { dotnet test $solution -c Release }
elseif ($Target -eq 'bench' -and $Rest -and $Rest[0] -eq 'peers') { dotnet run -c Release --project $peers -- ($Rest | Select-Object -Skip 1) }
elseif ($Target -eq 'bench') { dotnet run -c Release --project $bench -- $Rest }
else {
    [Console]::Error.WriteLine("build.ps1: unknown target '$Target': use build, test or bench")
    exit 2
}

exit $LASTEXITCODE
