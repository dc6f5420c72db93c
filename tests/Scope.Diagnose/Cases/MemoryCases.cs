// What is true of the scenes that are about memory.
namespace Scope.Diagnose;

static class MemoryCases
{
    public static readonly Case[] All =
    [
        new("allocation-csv", "price-list", ["allocation-storm", "gc-pressure"], ["Scenes.Import.CsvReader.Parse"],
            [new("POST /price-lists/check", 300, 12)], "strings are split, trimmed, upper-cased and cut, a megabyte and more a request; the collector works for this method only, so both names lead to it"),
        new("allocation-params", "usage-meter", ["allocation-storm", "gc-pressure"], ["Scenes.Telemetry.UsageMeter.Record", "Scenes.Telemetry.PixelService.Draw"],
            [new("GET /pixels/{n}", 220, 12)], "boxes, arrays and strings for each pixel: half are allocated by Record, half (boxes and the array) by its caller"),
        new("large-pixels", "image-resizer", ["large-object-allocation"], ["Scenes.Media.ImageResizer.Resize"],
            [new("GET /images/{n}", 60, 8)], "a buffer of 1.6 MB for each request"),
        new("large-stream", "statement-pdf", ["large-object-allocation", "large-response-buffering"], ["Scenes.Reports.PdfBuilder.BuildAsync", "Scenes.Reports.PdfBuilder.WritePageAsync"],
            [new("GET /statements/{n}", 25, 8)], "a MemoryStream grows to megabytes by doubling in WritePageAsync, and BuildAsync copies it: large objects, to gather a whole answer, so both names say it"),
        new("gc-induced", "previews", ["gc-pressure"], ["Scenes.Media.PreviewStore.Trim", "Scenes.Media.PreviewStore.Show"],
            [new("GET /previews/{n}", 60, 8)], "a full collection is asked for in each request; Trim may be inlined into Show"),
        new("gc-mid-life", "session-table", ["gc-pressure", "allocation-storm"], ["Scenes.Sessions.SessionTable.Renew", "Scenes.Sessions.UserSession"],
            [new("GET /renew/{n}", 350, 12)], "objects that live just long enough for the oldest generation are replaced all the time; one method allocates them, so both names lead to it"),
        new("leak-static-list", "audit-trail", ["memory-leak"], ["Scenes.Audit.AuditTrail.s_entries", "Scenes.Audit.AuditTrail.Record"],
            [new("GET /documents/{n}", 150)], "a static list keeps every entry"),
        new("leak-event-handler", "rate-feed", ["memory-leak"], ["Scenes.Pricing.RateFeed.Changed", "Scenes.Pricing.QuoteSession", "Scenes.Pricing.QuoteSession..ctor", "Scenes.Pricing.QuoteSession.OnRateChanged"],
            [new("GET /quotes/{n}", 150)], "each request's session subscribes to a singleton's event and stays"),
        new("leak-cache", "response-cache", ["memory-leak"], ["Scenes.Caching.ResponseCache._pages", "Scenes.Caching.ResponseCache.GetOrAdd"],
            [new("GET /pages/{n}", 120)], "a cache without bound, whose keys never come again"),
        new("leak-closure", "job-runner", ["memory-leak"], ["Scenes.Jobs.JobRunner.Start", "ApplicationStopping"],
            [new("POST /jobs/{n}", 150)], "each job registers a closure with the application's token, which keeps it"),
        new("timer-leak", "presence", ["timer-leak", "memory-leak"], ["Scenes.Chat.PresenceMonitor", "Scenes.Chat.PresenceMonitor..ctor", "Scenes.Chat.PresenceMonitor._timer", "Scenes.Chat.PresenceMonitor.Check", "Scenes.Chat.ChatRoom.Join"],
            [new("POST /rooms/{n}", 150)], "a timer for each member, never disposed: it is a leak of timers, and of what they hold"),
        new("assembly-leak-xml", "invoice-xml", ["assembly-leak"], ["Scenes.Reports.InvoiceXml.Write"],
            [new("GET /tax/invoices/{n}", 10, 4)], "an XmlSerializer with a root of its own makes an assembly each time"),
        new("assembly-leak-contexts", "plugin-host", ["assembly-leak"], ["Scenes.Plugins.PluginHost.Run", "Scenes.Plugins.PluginHost._loaded"],
            [new("POST /plugins/{n}", 10, 4)], "load contexts are made and never unloaded"),
        new("finalizer-blocked", "temp-files", ["finalizer-blocked"], ["Scenes.Storage.TempFile.Finalize", "Scenes.Storage.TempFile.~TempFile", "Scenes.Storage.FileJournal.Forget"],
            [new("POST /parts/{n}", 100)], "a finalizer waits for an event that nobody sets; it does so in Forget"),
    ];
}
