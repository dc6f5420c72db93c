// Where things are: the checkout's root, and the programs that it builds, in the same configuration as the caller.
namespace Scope.Testing;

/// <summary>Finds the checkout and what was built in it.</summary>
public static class Checkout
{
    /// <summary>The checkout's root: the folder that holds Agent.sln.</summary>
    public static string Root { get; } = FindRoot();

    /// <summary>Debug or Release, as the calling program was built.</summary>
    public static string Configuration { get; } =
        AppContext.BaseDirectory.Replace('\\', '/').Contains("/bin/Release/", StringComparison.Ordinal) ? "Release" : "Debug";

    /// <summary>The native executable of a project.</summary>
    /// <param name="project">The project's folder from the root, such as tests/Targets/Scope.Targets.Shop.</param>
    /// <param name="program">The program's name; without it, the project's.</param>
    /// <exception cref="FileNotFoundException">It is not built.</exception>
    public static string Program(string project, string? program = null)
    {
        string name = program ?? Path.GetFileName(project);
        string file = Path.Combine(Root, project, "bin", Configuration, "net10.0", name);
        if (!File.Exists(file))
            throw new FileNotFoundException($"{file} is not there; build it: dotnet build {project} -c {Configuration}", file);
        return file;
    }

    static string FindRoot()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
            if (File.Exists(Path.Combine(folder.FullName, "Agent.sln")))
                return folder.FullName;
        throw new DirectoryNotFoundException($"no Agent.sln above {AppContext.BaseDirectory}: run this from a checkout");
    }
}
