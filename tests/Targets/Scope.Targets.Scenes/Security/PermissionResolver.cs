// The permissions that a user has through roles that contain roles.
using Microsoft.AspNetCore.Mvc;

namespace Scenes.Security;

public interface IPermissionResolver
{
    int Effective(int user);
}

public sealed class PermissionResolver : IPermissionResolver
{
    readonly List<string> _grants = [.. Enumerable.Range(0, 1400).Select(i => $"resource/{i % 350}/action/{i}")];

    public int Effective(int user)
    {
        var effective = new List<string>();
        foreach (string grant in _grants)
            if (!IsShadowed(grant, effective))
                effective.Add(grant);
        return effective.Count + user % 2;
    }

    static bool IsShadowed(string grant, List<string> by)
    {
        foreach (string other in by)
            if (string.Equals(grant, other, StringComparison.OrdinalIgnoreCase))
                return true;
        return false;
    }
}

[ApiController]
[Route("permissions")]
public sealed class PermissionsController(IPermissionResolver resolver) : ControllerBase
{
    [HttpGet("{user:int}")]
    public ActionResult<int> Of(int user) => resolver.Effective(user);
}
