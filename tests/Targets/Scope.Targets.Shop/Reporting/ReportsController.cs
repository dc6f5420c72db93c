// The controller of the reports.
using Microsoft.AspNetCore.Mvc;

namespace Scope.Targets.Shop.Reporting;

/// <summary>Reports over HTTP.</summary>
[ApiController]
[Route("api/reports")]
public sealed class ReportsController(ReportBuilder reports) : ControllerBase
{
    [HttpGet("daily")]
    public FileContentResult Daily() => File(reports.Daily(), "text/csv");
}
