// The archive that an option or the configuration names: a folder or a bucket.
using Scope.Agent.Configuration;
using Scope.Store.Cold;
using Scope.Store.S3;

namespace Scope.Agent;

static class ColdArchive
{
    /// <summary>Opens the archive of the settings; nothing is asked of it yet.</summary>
    public static IArchive Open(ColdSettings cold)
    {
        if (cold.Archive.Length == 0) throw new UserError(ExitCode.BadArgument, "which archive? Give --archive DIR or --archive s3://bucket/prefix, or set store.cold.archive in scope.toml.");
        try
        {
            return cold.Archive.StartsWith(S3Archive.Scheme, StringComparison.Ordinal) ? new S3Archive(cold.Archive, cold.Endpoint) : new FolderArchive(cold.Archive);
        }
        catch (ArgumentException e)
        {
            throw new UserError(ExitCode.BadArgument, e.Message);
        }
    }
}
