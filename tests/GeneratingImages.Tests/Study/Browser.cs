using System.Diagnostics;

namespace GeneratingImages.Tests.Study;

/// <summary>A Chromium without a window, where there is one.</summary>
static class Browser
{
    static readonly TimeSpan s_patience = TimeSpan.FromMinutes(3);

    /// <summary>
    /// A page once its scripts have run, as HTML. Without a browser the calling test is skipped, or fails if GENIMG_REQUIRE_BROWSER is 1.
    /// </summary>
    /// <param name="page">A file; frames in it may lie beside it.</param>
    public static string Show(string page)
    {
        if (Find() is not { } program)
        {
            const string Message = "no chromium, chromium-browser, google-chrome or chrome on the path: the page was not shown";
            if (Environment.GetEnvironmentVariable("GENIMG_REQUIRE_BROWSER") == "1") Assert.Fail(Message);
            Assert.Skip(Message);
            return "";
        }

        string profile = Directory.CreateTempSubdirectory("genimg-browser").FullName;
        try
        {
            string[] arguments =
            [
                "--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run", "--disable-extensions",
                "--host-resolver-rules=MAP * ~NOTFOUND", "--allow-file-access-from-files", $"--user-data-dir={profile}",
                "--window-size=1600,1000", "--virtual-time-budget=10000", "--dump-dom", new Uri(page).AbsoluteUri,
            ];
            using Process process = Process.Start(new ProcessStartInfo(program, arguments)
            {
                RedirectStandardOutput = true, RedirectStandardError = true,
            })!;
            Task<string> output = process.StandardOutput.ReadToEndAsync(), errors = process.StandardError.ReadToEndAsync();
            if (!process.WaitForExit(s_patience))
            {
                process.Kill(entireProcessTree: true);
                Assert.Fail($"{program} did not end within {s_patience.TotalMinutes} minutes: {errors.Result}");
            }

            Assert.True(process.ExitCode == 0, $"{program} ended with {process.ExitCode}: {errors.Result}");
            return output.Result;
        }
        finally
        {
            Directory.Delete(profile, recursive: true);
        }
    }

    static string? Find() =>
        (from name in (string[])["chromium", "chromium-browser", "google-chrome", "chrome"]
         from folder in (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
         select Path.Combine(folder, name)).FirstOrDefault(File.Exists);
}
