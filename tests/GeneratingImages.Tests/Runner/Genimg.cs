using System.Diagnostics;
using System.Text.Json;
using GeneratingImages.Core;
using GeneratingImages.Runner;

namespace GeneratingImages.Tests.Runner;

/// <summary>What a command line left behind.</summary>
sealed record Outcome(int Code, string Output, string Error)
{
    /// <summary>The one JSON object on standard output; anything beside it fails the test.</summary>
    public JsonElement Json
    {
        get
        {
            using JsonDocument document = JsonDocument.Parse(Output);
            Assert.Equal(JsonValueKind.Object, document.RootElement.ValueKind);
            return document.RootElement.Clone();
        }
    }

    /// <summary>Holds that it ended with a code and one plain line that contains some words.</summary>
    public void Refused(int code, params string[] words)
    {
        Assert.Equal((code, ""), (Code, Output));
        string line = Assert.Single(Error.TrimEnd('\n').Split('\n'));
        Assert.StartsWith("genimg: ", line, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", line, StringComparison.Ordinal);
        foreach (string word in words) Assert.Contains(word, line, StringComparison.Ordinal);
    }
}

/// <summary>Runs genimg: inside this process, or as the program that was built.</summary>
static class Genimg
{
    // Far above what the slowest of these runs takes on a loaded machine.
    static readonly TimeSpan s_patience = TimeSpan.FromMinutes(4);

    /// <summary>Settings that train in a moment; more words follow.</summary>
    public static string[] Tiny(string folder, params string[] more) =>
        ["train", "--model", "basic", "--latent", "4", "--limit", "200", "--epochs", "2", "--threads", "1", "--out", folder, .. more];

    public static Outcome Run(params string[] arguments)
    {
        using StringWriter output = new(), error = new();
        int code = CommandLine.Run(arguments, output, error);
        return new Outcome(code, output.ToString(), error.ToString());
    }

    /// <summary>
    /// Starts the program with every signal at its default: under nohup, or in a shell's background, a test would inherit ignored
    /// ones, and .NET rightly leaves those ignored.
    /// </summary>
    public static Process Start(params string[] arguments)
    {
        var start = OperatingSystem.IsLinux()
            ? new ProcessStartInfo("env", ["--default-signal=HUP,INT,TERM", "dotnet", Program, .. arguments])
            : new ProcessStartInfo("dotnet", [Program, .. arguments]);
        (start.RedirectStandardOutput, start.RedirectStandardError) = (true, true);
        return Process.Start(start)!;
    }

    /// <summary>Runs the program with variables set, or with a null value taken away.</summary>
    public static Outcome RunProcess(IReadOnlyDictionary<string, string?> environment, params string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet", [Program, .. arguments]) { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach ((string name, string? value) in environment)
        {
            start.Environment.Remove(name);
            if (value is not null) start.Environment[name] = value;
        }

        using Process process = Process.Start(start)!;
        return Finish(process);
    }

    public static Outcome RunProcess(params string[] arguments)
    {
        using Process process = Start(arguments);
        return Finish(process);
    }

    public static Outcome RunShell(string script)
    {
        var start = new ProcessStartInfo("/bin/sh", ["-c", script]) { RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["GENIMG"] = Program;
        using Process process = Process.Start(start)!;
        return Finish(process);
    }

    public static Outcome Finish(Process process)
    {
        Task<string> error = process.StandardError.ReadToEndAsync(), output = process.StandardOutput.ReadToEndAsync();
        if (!process.WaitForExit(s_patience))
        {
            process.Kill(entireProcessTree: true);
            string line = string.Join(' ', process.StartInfo.ArgumentList);
            Assert.Fail($"'{process.StartInfo.FileName} {line}' had not ended after {s_patience}");
        }

        return new Outcome(process.ExitCode, output.Result, error.Result);
    }

    /// <summary>Holds that two checkpoints have the same tensors, bit for bit; seconds in their metadata may differ.</summary>
    public static void SameBits(string run, string other)
    {
        SafetensorsFile a = SafetensorsFile.Read(Path.Combine(run, "checkpoint.safetensors"));
        SafetensorsFile b = SafetensorsFile.Read(Path.Combine(other, "checkpoint.safetensors"));
        Assert.Equal(a.Tensors.Keys, b.Tensors.Keys);
        Assert.Contains("parameters/encoder/dense/weight", a.Tensors.Keys);
        foreach ((string name, StoredTensor tensor) in a.Tensors)
            Assert.True(tensor.Data.Span.SequenceEqual(b.Tensors[name].Data.Span), $"{name} differs");
    }

    /// <summary>Puts one value everywhere into a tensor of a run's checkpoint.</summary>
    public static void Fill(string run, string tensor, float value)
    {
        string checkpoint = Path.Combine(run, "checkpoint.safetensors");
        SafetensorsFile file = SafetensorsFile.Read(checkpoint);
        StoredTensor[] tensors = [.. file.Tensors.Values.Select(t => t.Name == tensor
            ? StoredTensor.Of(t.Name, t.Type.Shape, [.. Enumerable.Repeat(value, (int)t.Type.Shape.Count)])
            : t)];
        SafetensorsFile.Write(checkpoint, file.Metadata.Where(t => t.Key != "sha256").ToDictionary(), tensors);
    }

    static string Program => Path.Combine(AppContext.BaseDirectory, "genimg.dll");
}
