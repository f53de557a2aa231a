namespace GeneratingImages.Core;

/// <summary>Where what can be fetched or made again is kept for the user.</summary>
public static class UserCache
{
    /// <summary>A folder of this program in the user's cache, whether or not it exists.</summary>
    public static string Folder
    {
        get
        {
            string? cache = OperatingSystem.IsWindows() ? null : Environment.GetEnvironmentVariable("XDG_CACHE_HOME");
            if (cache is null || !Path.IsPathRooted(cache))
            {
                // XDG asks for relative paths to be ignored. The user's profile can be unknown to a service:
                // then the temporary folder serves.
                string home = OperatingSystem.IsWindows()
                    ? Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData)
                    : Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);
                cache = home.Length == 0 ? Path.GetTempPath() : OperatingSystem.IsWindows() ? home : Path.Combine(home, ".cache");
            }

            return Path.Combine(cache, "generating-images");
        }
    }
}
