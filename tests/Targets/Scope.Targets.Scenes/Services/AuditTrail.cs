// Who did what.
using Microsoft.AspNetCore.Mvc;

namespace Scenes.Audit;

public sealed record AuditEntry(DateTime At, string Who, string What, byte[] Body);

public static class AuditTrail
{
    static readonly List<AuditEntry> s_entries = [];

    public static int Count => s_entries.Count;

    public static void Record(string who, string what, byte[] body)
    {
        lock (s_entries)
            s_entries.Add(new AuditEntry(DateTime.UtcNow, who, what, body));
    }
}

public interface IDocumentService
{
    int Open(int id);
}

public sealed class DocumentService : IDocumentService
{
    public int Open(int id)
    {
        AuditTrail.Record($"user {id % 50}", $"open {id}", new byte[8_000]);
        return id;
    }
}

[ApiController]
[Route("documents")]
public sealed class DocumentsController(IDocumentService documents) : ControllerBase
{
    [HttpGet("{id:int}")]
    public ActionResult<int> Get(int id) => documents.Open(id);
}
